package io.atelier.nn;

import java.util.Iterator;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * Passing results out of a {@link PointerScope}. A scope frees every tensor made inside it when it
 * closes, so a result has to be handed to the scope around it.
 */
public final class Scopes {
  private Scopes() {}

  /**
   * Moves {@code result} from the innermost open scope to the one around it, which frees it later.
   * Where there is no scope around, the caller owns it and frees it with {@code close()}.
   */
  public static <P extends Pointer> P keep(P result) {
    Iterator<PointerScope> scopes = PointerScope.getScopeIterator();
    if (scopes == null || !scopes.hasNext()) {
      return result;
    }
    scopes.next();
    if (scopes.hasNext()) {
      scopes.next().attach(result);
    } else {
      result.retainReference();
    }
    return result;
  }
}
