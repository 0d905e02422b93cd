/** Terminal output as HTML. */
package dev.trivet.web.ansi;
