package io.atelier.cli;

import io.atelier.job.DiffJob;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code atelier diff}. */
@Command(
    name = "diff",
    header = "Shows which images two curations accept differently, and by which rule.",
    description = {
      "An image is lost if the earlier curation accepts it and the later does not: the rules that"
          + " refuse it are named, or GONE if it has no verdict. It is gained the other way round:"
          + " the rules that refused it are named, or NEW if it had no verdict.",
      "",
      "V is the id of a run (column run_id of the table runs): what was accepted when its curate"
          + " stage was over; or a version of the table verdicts: what the rules of its newest"
          + " verdicts accept; or VERSION@RULES with a value of the column rules_version, which"
          + " also compares two sets of rules in one version. Versions can be read for as long as"
          + " VACUUM leaves them.",
      "",
      "Nothing is written. Sources may be names of people: give the listing away as carefully as the"
          + " photos."
    },
    footer = {
      "  ./atelier diff --lake lake --from 20260301T120000Z-5f3a09c1 --to 20260302T120000Z-0b7d11aa",
      "  ./atelier diff --lake lake --from 3 --to 7 --limit 1000 --format csv > changes.csv"
    })
final class DiffCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LakeOptions lake;
  @Mixin private SettingsOptions settings;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "V",
      description = "The earlier one: a run, a version or VERSION@RULES.")
  private String from;

  @Option(names = "--to", required = true, paramLabel = "V", description = "The later one.")
  private String to;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "Most images that are listed. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "TEXT",
      description = "text, csv (the listing alone) or json. Default: text.")
  private DiffText format;

  @Override
  public Integer call() {
    if (limit < 0) {
      throw new picocli.CommandLine.ParameterException(
          spec.commandLine(), "--limit must be 0 or more, not " + limit);
    }
    return lake.run(
        settings.loadForLake().settings(),
        context -> {
          String text = format.of(DiffJob.run(context, from, to, limit));
          spec.commandLine().getOut().print(text);
          spec.commandLine().getOut().flush();
          return List.of();
        });
  }
}
