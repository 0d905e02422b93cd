/** What people ask of an evaluation: what broke, by whose change, why, and how to see it on their own machine. */
package dev.trivet.circus.report;
