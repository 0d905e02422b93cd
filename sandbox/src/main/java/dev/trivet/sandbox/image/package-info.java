/** The image catalogue: a name leads to a root file system that sandboxes stand on. */
@NullMarked
package dev.trivet.sandbox.image;

import org.jspecify.annotations.NullMarked;
