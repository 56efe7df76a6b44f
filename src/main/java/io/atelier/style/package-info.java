/** Style packs: which looks are rendered for every subject, and the requests that follow. */
package io.atelier.style;
