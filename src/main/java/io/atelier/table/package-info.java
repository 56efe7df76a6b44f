/** One class a Delta table: columns, keys, constraints, typed read and idempotent write. */
package io.atelier.table;
