package io.atelier.evaluate;

/**
 * What an adapter of one person came to. All pictures are of the same prompts and start from the
 * same noise: with the adapter, without it, and without it and the person's word.
 *
 * @param key of the {@link EvaluationPlan}
 * @param id the person's
 * @param word that stands for the person
 * @param rank1 share of pictures with the adapter that are more like the person than like any of
 *     the others
 * @param baseRank1 the same without the adapter
 * @param unnamedRank1 the same without adapter and word
 * @param likeness mean likeness of the pictures with the adapter to the person, -1 to 1
 * @param baseLikeness the same without the adapter
 * @param unnamedLikeness the same without adapter and word
 * @param followed share of right answers about what the prompts say, with the adapter
 * @param baseFollowed the same without it
 * @param loss mean loss of the last tenth of the training
 * @param trainSeconds how long the training took
 */
public record PersonResult(
    String key,
    long id,
    String word,
    double rank1,
    double baseRank1,
    double unnamedRank1,
    double likeness,
    double baseLikeness,
    double unnamedLikeness,
    double followed,
    double baseFollowed,
    double loss,
    double trainSeconds) {}
