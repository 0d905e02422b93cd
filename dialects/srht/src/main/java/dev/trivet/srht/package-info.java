/** The builds.sr.ht contract on the engine: routes, views, validation, planner, own tables. */
package dev.trivet.srht;
