/** What is put into a machine to run a manifest there: files as text, commands as argument vectors. No I/O. */
package dev.trivet.srht.guest;
