/** Files, local or in an object store, behind one interface; and where a lake keeps them. */
package io.atelier.store;
