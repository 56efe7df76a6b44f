/** Content hashes, ids, the version of this program and of a run. */
package io.atelier.provenance;
