/** The contract of Circus: Nix projects that are watched, evaluated and built. */
@NullMarked
package dev.trivet.circus;

import org.jspecify.annotations.NullMarked;
