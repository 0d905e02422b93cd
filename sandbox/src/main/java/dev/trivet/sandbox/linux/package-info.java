/** Backends on Linux namespaces and one overlay store: {@code oci}, {@code bwrap}, and the unconfined {@code host}. */
@NullMarked
package dev.trivet.sandbox.linux;

import org.jspecify.annotations.NullMarked;
