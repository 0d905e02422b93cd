/** Pipelines of Harmont: the intermediate representation version 0, its checks, its graph (spec section 3). Pure. */
package dev.trivet.harmont.pipeline;
