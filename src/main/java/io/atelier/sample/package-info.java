/**
 * Painted portraits: input for the demo where no photographs are to be had. JDK only.
 *
 * <p>A {@link io.atelier.sample.Person} is a set of continuous features, a {@link
 * io.atelier.sample.Shot} is one occasion on which a picture is taken, and {@link
 * io.atelier.sample.Painter} is a pure function of the two.
 */
package io.atelier.sample;
