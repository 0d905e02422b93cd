/** Dashboard pages: templates, live log page. */
package dev.trivet.web;
