/** Images as collections keep them: files with their sidecars, tars, web addresses. */
package io.atelier.source;
