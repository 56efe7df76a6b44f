package io.atelier.worker;

import io.atelier.lora.AdapterLineage;
import java.io.Serializable;

/**
 * A trained adapter whose subject has agreed to another contract since.
 *
 * @param adapterId its id under the new contract
 * @param source the file it has under an old one, relative to the lake's root
 * @param contract the new one
 */
public record AdapterToIssue(
    String adapterId, String subjectId, String source, AdapterLineage.Contract contract)
    implements Serializable {}
