package io.atelier.cli;

import picocli.CommandLine.Option;

/** Where photos come from. */
final class PhotosOptions {
  @Option(
      names = "--photos",
      required = true,
      paramLabel = "DIR",
      description = "Folder with one sub-folder of photos a subject, local or s3a://.")
  private String folder;

  String folder() {
    return folder;
  }
}
