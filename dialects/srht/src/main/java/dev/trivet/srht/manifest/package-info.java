/** The build manifest of builds.sr.ht: its YAML, its grammar and its rules, as values. No I/O. */
package dev.trivet.srht.manifest;
