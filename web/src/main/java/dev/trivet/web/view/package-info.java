/** What the templates show: plain values, ready to print. */
package dev.trivet.web.view;
