/**
 * A world of drawn portraits: data to train a small model on, and input for the demo. JDK only.
 *
 * <p>A {@link io.atelier.sample.Person} is a set of continuous features, a {@link
 * io.atelier.sample.Shot} is one occasion on which a picture is taken; together they are a {@link
 * io.atelier.sample.Scene}, which {@link io.atelier.sample.Renderer} turns into pixels and {@link
 * io.atelier.sample.Captions} into words. {@link io.atelier.sample.World} is the endless, seeded
 * stream of scenes with its split into training and held-out data.
 */
package io.atelier.sample;
