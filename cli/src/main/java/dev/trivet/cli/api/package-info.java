/** The builds.sr.ht REST API from the client's side: any server that speaks it will do. */
package dev.trivet.cli.api;
