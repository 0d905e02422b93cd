/** Downloads of what builds have made (spec circus section 2.6, last rows). */
package dev.trivet.circus.product;
