/** What all that speaks HTTP agrees on. */
package io.atelier.http;
