/** The server and its parts as the commands see them: the one place where the two meet. */
package dev.trivet.cli.house;
