/** The GraphQL API of builds.sr.ht (spec section 4). */
package dev.trivet.srht.graphql;
