package io.atelier.job;

import io.atelier.config.Settings;
import io.atelier.provenance.CodeVersion;
import io.atelier.provenance.Hashes;
import io.atelier.report.ContactSheet;
import io.atelier.report.CurationReport;
import io.atelier.report.ReportFiles;
import io.atelier.report.ReportLimits;
import io.atelier.report.ReportPages;
import io.atelier.report.ReportSink;
import io.atelier.report.RunReport;
import io.atelier.store.Locations;
import io.atelier.table.AdapterRow;
import io.atelier.table.AssetRow;
import io.atelier.table.CaptionRow;
import io.atelier.table.GenerationRow;
import io.atelier.table.MeasurementRow;
import io.atelier.table.RequestRow;
import io.atelier.table.SubjectRow;
import io.atelier.table.SubjectVerdictRow;
import io.atelier.table.TableSpec;
import io.atelier.table.TrainingStepRow;
import io.atelier.table.VerdictRow;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the lake's state as pages and a contact sheet. A state is reported once: as long as no
 * table changes, the report that is there is the report.
 */
public final class ReportJob {
  static final String STAGE = "report";
  private static final int ID_LENGTH = 12;
  private static final List<TableSpec<? extends Record>> READS =
      List.of(
          SubjectRow.TABLE,
          AssetRow.TABLE,
          MeasurementRow.TABLE,
          VerdictRow.TABLE,
          SubjectVerdictRow.TABLE,
          CaptionRow.TABLE,
          AdapterRow.TABLE,
          TrainingStepRow.TABLE,
          RequestRow.TABLE,
          GenerationRow.TABLE);

  private ReportJob() {}

  /** Writes the report of the lake as it is now. */
  public static StageResult run(JobContext context) {
    return StageRun.run(
        context, STAGE, "Write the report of the lake as it is", READS, () -> report(context));
  }

  private static StageResult report(JobContext context) {
    CurateRules rules = CurateRules.of(context);
    String id = id(context, rules);
    URI index = context.lake().report(id + "/" + ReportFiles.INDEX);
    if (context.store().exists(index)) {
      return result(0, index, "nothing changed since");
    }
    ReportLimits limits = limits(context.settings().report());
    RunReport run = new ReportData(context, rules, limits).read();
    CurationReport curation = new CurationData(context, rules).read(run.title(), run.generatedAt());
    ReportSink sink =
        (path, bytes) -> context.store().publish(context.lake().report(id + "/" + path), bytes);
    context
        .store()
        .publish(
            context.lake().report(id + "/" + ReportFiles.CONTACT_SHEET),
            ContactSheet.png(run, limits));
    ReportFiles files = ReportPages.write(run, curation, sink, limits);
    files.unreadable().forEach(line -> context.say(STAGE + ": cannot show " + line));
    return result(files.pages(), index, files.images() + " images");
  }

  private static ReportLimits limits(Settings.Report settings) {
    return new ReportLimits(
        settings.subjectsOnOnePage(),
        settings.shownSubjects(),
        settings.shownPhotos(),
        settings.sheetSubjects(),
        settings.sheetLooks(),
        settings.listedFailures(),
        ReportLimits.DEFAULT.curvePoints());
  }

  private static StageResult result(long pages, URI index, String what) {
    return new StageResult(
        STAGE, Map.of(), Map.of("pages", pages), Locations.text(index) + " (" + what + ")");
  }

  /** Changes with every table that the report reads. */
  private static String id(JobContext context, CurateRules rules) {
    List<Object> fields =
        new ArrayList<>(List.of("report", CodeVersion.release(), rules.version()));
    READS.forEach(spec -> fields.add(context.tables().table(spec).version()));
    fields.add(context.settings().hash("report"));
    return Hashes.ofFields(fields.toArray()).substring(0, ID_LENGTH);
  }
}
