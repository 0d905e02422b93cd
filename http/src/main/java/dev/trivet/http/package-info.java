/** The route table on Jetty core: grants, JSON, errors, SSE, limits. */
package dev.trivet.http;
