package io.eplb.cli.commands;

import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.cli.reports.JarCheckReport;
import io.eplb.cli.reports.JarCheckReport.Finding;
import io.eplb.cli.reports.JarCheckReport.Status;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The check of a received jar, in a process of its own: the program in the folder {@code check}
 * beside the folder of this program's jars. That process prints a line for each check, {@code
 * eplb-check PART POLICY CHECK STATUS TEXT}, encoded as in URLs.
 */
final class JarCheck {
  private static final String PROGRAM = "io.eplb.check.PolicyJarCheck";
  private static final String PREFIX = "eplb-check ";
  private static final int FIELDS = 6;
  private static final String END = "end";
  private static final List<String> PARTS = List.of("rules", "links", "kit");

  /** The time for one jar. */
  private static final long MINUTES = 10;

  /** The settings of the kit, which replay a single case. */
  private static final String KIT = "eplb.kit.";

  private JarCheck() {}

  /**
   * Checks a jar.
   *
   * @throws InvalidInputException if there is no such file, or this program has no checks
   */
  static JarCheckReport.Jar of(Path jar) {
    if (!Files.exists(jar)) {
      throw new InvalidInputException(
          "--check: " + jar + " does not exist; name a jar of policies");
    }
    try {
      return run(jar, command(jar.toAbsolutePath()));
    } catch (IOException failed) {
      throw new InternalException("the check of " + jar + " cannot be run", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InvalidInputException("the check of " + jar + " was interrupted");
    }
  }

  private static JarCheckReport.Jar run(Path jar, List<String> command)
      throws IOException, InterruptedException {
    Path lines = Files.createTempFile("eplb-check", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(lines.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      process.getOutputStream().close();
      boolean ended;
      try {
        ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      List<Finding> findings = new ArrayList<>();
      boolean complete = false;
      // The policy may have written anything else to the same file.
      for (String line :
          new String(Files.readAllBytes(lines), StandardCharsets.UTF_8).lines().toList()) {
        String[] fields = line.split(" ", -1);
        if (line.startsWith(PREFIX) && fields.length == FIELDS) {
          if (fields[1].equals(END)) {
            complete = true;
          } else {
            findings.add(finding(fields));
          }
        }
      }
      // The kit's tests come in no order.
      findings.sort(
          Comparator.comparing((Finding finding) -> PARTS.indexOf(finding.part()))
              .thenComparing(Finding::policy)
              .thenComparing(Finding::check));
      if (!complete) {
        String why =
            ended
                ? "its process ended with exit code %d before all checks were made"
                    .formatted(process.exitValue())
                : "it was not done after %d minutes".formatted(MINUTES);
        findings.add(new Finding("process", "-", "-", Status.FAILED, why));
      }
      return new JarCheckReport.Jar(jar.toString(), findings);
    } finally {
      Files.deleteIfExists(lines);
    }
  }

  private static Finding finding(String[] fields) {
    return new Finding(
        fields[1],
        decoded(fields[2]),
        decoded(fields[3]),
        Status.valueOf(fields[4].toUpperCase(Locale.ROOT)),
        decoded(fields[5]));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static List<String> command(Path jar) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:+UseSerialGC", "-Djava.security.manager=disallow", "-cp", classPath()));
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith(KIT) || name.startsWith("logback.")) {
        command.add("-D" + name + "=" + System.getProperty(name));
      }
    }
    command.add(PROGRAM);
    command.add(jar.toString());
    return command;
  }

  private static String classPath() {
    String file = PROGRAM.replace('.', '/') + ".class";
    if (ClassLoader.getSystemResource(file) != null) {
      return System.getProperty("java.class.path");
    }
    Path check;
    Path lib;
    try {
      lib =
          Path.of(JarCheck.class.getProtectionDomain().getCodeSource().getLocation().toURI())
              .resolveSibling("");
      check = lib.resolveSibling("check");
    } catch (URISyntaxException impossible) {
      throw new InternalException("the program has no place", impossible);
    }
    if (!Files.isDirectory(check)) {
      throw new InvalidInputException(
          "--check: the folder of checks, %s, does not exist; build the program from its sources"
              .formatted(check));
    }
    return lib.resolve("*") + File.pathSeparator + check.resolve("*");
  }
}
