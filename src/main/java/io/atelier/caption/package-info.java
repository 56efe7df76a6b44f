/**
 * Words for photos: captioners, the rules that clean what they say, and the trigger token, which is
 * put in by code and never by a model.
 */
package io.atelier.caption;
