package io.atelier.cli;

import io.atelier.job.DatasetJob;
import io.atelier.job.DatasetOptions;
import io.atelier.job.IntakeJob;
import io.atelier.job.JobContext;
import io.atelier.job.StageResult;
import io.atelier.store.Locations;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code atelier intake}. */
@Command(
    name = "intake",
    header = "Registers people or a dataset and copies the images into the lake.",
    description = {
      "--photos: every sub-folder is one subject; every file in it is one input, whatever it is, and"
          + " gets a row (but .DS_Store, Thumbs.db and desktop.ini). Hidden folders and files beside"
          + " the sub-folders are named and left alone. A file subjects.yaml in the photo folder may"
          + " say more of a subject: class_noun (default: intake.class_noun), trigger_token (default:"
          + " a made-up word), consent (a reference, kept with every adapter) and allowed_packs (the"
          + " style packs the subject has agreed to, by name or name@version; default: all). What is"
          + " not said again stays as it was; allowed_packs: [\"*\"] allows all packs again,"
          + " allowed_packs: [] none, which withdraws the consent: nothing more is trained or"
          + " rendered.",
      "",
      "--dataset NAME --from URI: images of any number that nothing is trained for; they are curated"
          + " like photos. --format says how they are kept:",
      "  files    in folders at any depth; with a/7.jpg come a/7.txt or a/7.json as caption and"
          + " a/7.cls as label",
      "  tar      WebDataset tars (.tar, .tar.gz, .tgz), members grouped in the same way; where a tar"
          + " is damaged, one row says so and all before it is kept",
      "  parquet  a row an image, with its bytes (--bytes-column) or its address (--url-column:"
          + " http, https, a path or s3a://); so, too, with delta, where bytes need --key-column",
      "Every image gets a row, also one that is too large (intake.max_bytes) or cannot be fetched,"
          + " with the reason. Again: files, tars and addresses that were registered and have not"
          + " changed are not read; what failed is tried again.",
      "",
      "Images are copied into the lake under their SHA-256: what they came from is not needed"
          + " afterwards."
    },
    footer = {
      "  ./atelier intake --photos photos --lake lake",
      "  ./atelier intake --dataset cats --from s3a://bucket/cats --lake lake",
      "  ./atelier intake --dataset laion --from s3a://bucket/laion --format parquet --url-column URL"
          + " --caption-column TEXT --lake lake"
    })
final class IntakeCommand implements Callable<Integer> {
  @ArgGroup(multiplicity = "1")
  private What what;

  @Mixin private TableColumns columns;
  @Mixin private LakeOptions lake;
  @Mixin private SettingsOptions settings;

  /** People or a dataset. */
  static final class What {
    @Option(
        names = "--photos",
        required = true,
        paramLabel = "DIR",
        description = "Folder with one sub-folder of photos a subject, local or s3a://.")
    private String photos;

    @ArgGroup(exclusive = false)
    private Collection collection;
  }

  /** A dataset. */
  static final class Collection {
    @Option(
        names = "--dataset",
        required = true,
        paramLabel = "NAME",
        description = "Name of the dataset in the lake.")
    private String name;

    @Option(
        names = "--from",
        required = true,
        paramLabel = "URI",
        description = "Where its images are: a folder, a prefix, a file or a table.")
    private String from;

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "FILES",
        description = "How they are kept: files, tar, parquet or delta. Default: files.")
    private DatasetOptions.Format format;
  }

  /** Columns of Parquet files and Delta tables. */
  static final class TableColumns {
    @Option(
        names = "--bytes-column",
        paramLabel = "COLUMN",
        description = "Column with the bytes of the files; a dot goes into a struct: image.bytes.")
    private Optional<String> bytes;

    @Option(
        names = "--url-column",
        paramLabel = "COLUMN",
        description = "Column with the addresses of the images.")
    private Optional<String> url;

    @Option(
        names = "--caption-column",
        paramLabel = "COLUMN",
        description = "Column with captions, which are kept.")
    private Optional<String> caption;

    @Option(
        names = "--label-column",
        paramLabel = "COLUMN",
        description = "Column with classes, which are kept.")
    private Optional<String> label;

    @Option(
        names = "--key-column",
        paramLabel = "COLUMN",
        description = "Column that names a row for good; not given: its file and number.")
    private Optional<String> key;

    DatasetOptions.Columns columns() {
      return new DatasetOptions.Columns(bytes, url, caption, label, key);
    }
  }

  @Override
  public Integer call() {
    return lake.run(settings.loadForLake().settings(), context -> List.of(run(context)));
  }

  private StageResult run(JobContext context) {
    if (what.collection == null) {
      return IntakeJob.run(context, Locations.parse(what.photos));
    }
    Collection dataset = what.collection;
    return DatasetJob.run(
        context,
        new DatasetOptions(
            dataset.name, Locations.parse(dataset.from), dataset.format, columns.columns()));
  }
}
