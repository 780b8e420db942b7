package io.eplb.cli.reports;

import io.eplb.api.wording.Counted;
import io.eplb.api.wording.OneLine;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The result of {@code eplb policies --check}.
 *
 * @param jars the jars in the order of the command line
 */
public record JarCheckReport(List<Jar> jars) implements Report {
  private static final Pattern REPLAY = Pattern.compile("(replay [a-z ]+: )(?:-Dtest=\\S+ )?(.*)");

  private static final int INDENT = 13;

  /** The outcome of one check. */
  public enum Status {
    OK,
    SKIPPED,
    /** Not as most policies do, and no fault. */
    NOTE,
    FAILED
  }

  /**
   * One check.
   *
   * @param part rules, links, kit or process
   * @param policy the policy's name or class; {@code -} for all
   * @param check the name of the check; {@code -} if the part has only one
   * @param text what was found, perhaps several lines
   */
  public record Finding(String part, String policy, String check, Status status, String text) {}

  /**
   * One jar.
   *
   * @param path as it was given
   */
  public record Jar(String path, List<Finding> findings) {
    private long count(Status status) {
      return findings.stream().filter(finding -> finding.status() == status).count();
    }

    /** Returns whether nothing failed. */
    public boolean good() {
      return count(Status.FAILED) == 0;
    }
  }

  /** Returns whether nothing failed in any jar. */
  public boolean good() {
    return jars.stream().allMatch(Jar::good);
  }

  @Override
  public void print(TextReport text) {
    for (Jar jar : jars) {
      text.line("%s", OneLine.of(jar.path()));
      for (Finding finding : jar.findings()) {
        text.line(
            "  %-7s  %-5s  %s  %s",
            finding.status().name().toLowerCase(Locale.ROOT),
            finding.part(),
            finding.policy(),
            finding.check().equals("-") ? "" : finding.check());
        if (finding.status() == Status.FAILED || finding.status() == Status.NOTE) {
          finding.text().lines().forEach(line -> print(jar, line, text));
        }
      }
      text.line(
          "  %s passed, %d failed, %d skipped, %s",
          Counted.of(jar.count(Status.OK), "check"),
          jar.count(Status.FAILED),
          jar.count(Status.SKIPPED),
          Counted.of(jar.count(Status.NOTE), "note"));
    }
  }

  /**
   * Prints a line of what was found. The kit's words for a build become a command of this program,
   * in one line to copy.
   */
  private static void print(Jar jar, String line, TextReport text) {
    String found = " ".repeat(INDENT) + OneLine.of(line);
    Matcher replay = REPLAY.matcher(found);
    if (replay.find()) {
      text.line(
          "%s%sEPLB_JAVA_OPTS='%s' eplb policies --check %s",
          found.substring(0, replay.start()), replay.group(1), replay.group(2), jar.path());
    } else {
      text.wrapped(INDENT, found);
    }
  }

  @Override
  public JsonObject json() {
    return new JsonObject()
        .with("good", good())
        .with("jars", jars.stream().map(JarCheckReport::jar).toList());
  }

  private static JsonObject jar(Jar jar) {
    return new JsonObject()
        .with("jar", jar.path())
        .with("good", jar.good())
        .with("checks", jar.findings().stream().map(JarCheckReport::finding).toList());
  }

  private static JsonObject finding(Finding finding) {
    return new JsonObject()
        .with("part", finding.part())
        .with("policy", finding.policy())
        .with("check", finding.check())
        .with("status", finding.status().name().toLowerCase(Locale.ROOT))
        .with("text", finding.text());
  }
}
