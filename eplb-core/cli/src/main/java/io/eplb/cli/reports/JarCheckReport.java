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
          finding.text().lines().forEach(line -> text.line("             %s", shown(jar, line)));
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

  /** Turns the kit's words for a build into a command of this program. */
  private static String shown(Jar jar, String line) {
    return REPLAY
        .matcher(OneLine.of(line))
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    "%sEPLB_JAVA_OPTS='%s' eplb policies --check %s"
                        .formatted(found.group(1), found.group(2), jar.path())));
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
