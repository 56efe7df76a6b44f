package io.atelier.cli;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.Checkpoint;
import io.atelier.flux.LearnedWord;
import io.atelier.lora.TokenEmbeddings;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The file of textual inversion among the adapters on the command line, and the others.
 *
 * @param embeddings null if there is none
 * @param others LoRA files
 */
record WordOption(TokenEmbeddings embeddings, List<AdapterOption> others) implements AutoCloseable {

  /**
   * Reads the file.
   *
   * @param err where to say that its contract leaves out style packs
   * @throws AtelierException BAD_INPUT if there are several, if it has a weight, or if the prompt
   *     does not have its word exactly once; BAD_ADAPTER if it does not fit the checkpoint
   */
  static WordOption of(
      List<AdapterOption> options, Checkpoint checkpoint, String prompt, PrintWriter err) {
    Map<Boolean, List<AdapterOption>> parts =
        options.stream()
            .collect(Collectors.partitioningBy(option -> TokenEmbeddings.isIn(option.file())));
    List<AdapterOption> words = parts.get(true);
    if (words.isEmpty()) {
      return new WordOption(null, parts.get(false));
    }
    requireOne(words);
    WordOption found = new WordOption(TokenEmbeddings.read(words.get(0).file()), parts.get(false));
    try {
      found.embeddings().requireFits(checkpoint);
      found.learned().orElseThrow().requireIn(prompt);
      AdapterOption.warnOfLimits(words.get(0).file(), found.embeddings().metadata(), err);
    } catch (AtelierException e) {
      found.close();
      throw e;
    }
    return found;
  }

  private static void requireOne(List<AdapterOption> words) {
    if (words.size() > 1) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "%s and %s are both of textual inversion, but a prompt has one learned word; give one"
              .formatted(words.get(0).file(), words.get(1).file()));
    }
    if (words.get(0).weight() != 1) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "%s is of textual inversion, which is used whole, but has the weight %s; leave it out"
              .formatted(words.get(0).file(), words.get(0).weight()));
    }
  }

  /** The word with its vectors, which live as long as this. */
  Optional<LearnedWord> learned() {
    return Optional.ofNullable(embeddings).map(found -> found.as(found.word()));
  }

  @Override
  public void close() {
    if (embeddings != null) {
      embeddings.close();
    }
  }
}
