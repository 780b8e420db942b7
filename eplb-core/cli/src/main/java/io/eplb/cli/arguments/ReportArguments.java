package io.eplb.cli.arguments;

import io.eplb.cli.reports.Report;
import io.eplb.cli.reports.TextReport;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** The option {@code --json}: the form of a report. */
public final class ReportArguments {
  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  public boolean json() {
    return json;
  }

  /** Prints a report as JSON or for people. */
  public void print(Report report, PrintWriter out) {
    if (json) {
      report.json().print(out);
    } else {
      report.print(new TextReport(out));
    }
  }
}
