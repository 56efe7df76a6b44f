/**
 * One class a stage: reads tables, plans what is missing, hands it out to executors, writes rows.
 *
 * <h2>What an adapter is allowed to do</h2>
 *
 * <p>A subject's row says under which consent it stands and which style packs it has agreed to;
 * that is the contract of its adapters from then on ({@link io.atelier.job.Contracts}). Two ids
 * keep contract and weights apart. A <em>training id</em> is the hash of all that decides the
 * weights; it is the key of the training's random numbers, its saved state and its pictures. An
 * <em>adapter id</em> is the hash of a training and a contract; it names the file, whose header
 * carries the contract, and the row.
 *
 * <p>So a changed contract trains nothing: the stage train writes the same tensors under the new
 * header and adds a row with the same facts, byte for byte the file that a training under the new
 * contract would have written. Earlier files and rows stay as they are, and so do pictures: each
 * row of {@code generations} names the adapter, and thereby the consent, that it was made under.
 *
 * <p>The stage generate renders an adapter only with packs that its subject allows now, and only if
 * the adapter carries that very contract. What is not allowed is a row of {@code generations} with
 * the reason, never an image, and is made when it comes to be allowed. A consent is withdrawn by
 * allowing no pack: nothing of the subject is trained, rendered or measured any more. What is there
 * is not deleted by that.
 */
package io.atelier.job;
