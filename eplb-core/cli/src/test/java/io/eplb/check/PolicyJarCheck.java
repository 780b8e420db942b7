package io.eplb.check;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.LoadFailure;
import io.eplb.core.registry.PolicyRegistry;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Checks one jar and prints a line for each check:
 *
 * <pre>
 * eplb-check PART POLICY CHECK STATUS TEXT
 * </pre>
 *
 * <p>The fields are separated by blanks and encoded as in URLs. Parts are {@code rules}, which runs
 * first and no code of the jar, {@code links} and {@code kit}. A status is {@code ok}, {@code
 * failed}, {@code skipped}, or {@code note} for an aim of balancing that a policy need not have.
 */
public final class PolicyJarCheck {
  private static final String AIM = "aim";

  private final PrintStream out;

  private PolicyJarCheck(PrintStream out) {
    this.out = out;
  }

  /** Checks the jar that the only argument names. */
  public static void main(String[] arguments) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    System.setProperty(CheckedJar.JAR, arguments[0]);
    new PolicyJarCheck(out).check(Path.of(arguments[0]));
    // Without the shutdown hooks of the policy, which may never end.
    Runtime.getRuntime().halt(0);
  }

  private void check(Path jar) {
    List<String> providers = CheckedJar.providers();
    if (!providers.isEmpty()) {
      System.setProperty(CheckedJar.POLICY, providers.get(0));
      run("rules", "-", RulesOfJar.class);
    }
    try (PolicyRegistry registry = PolicyRegistry.ofJar(jar)) {
      for (LoadFailure failure : registry.failures()) {
        print("links", failure.providerClass().orElse("-"), "-", "failed", failure.reason());
      }
      for (DiscoveredPolicy policy : registry.policies()) {
        print("links", policy.name(), "-", "ok", "");
      }
      for (DiscoveredPolicy policy : registry.policies()) {
        System.setProperty(CheckedJar.POLICY, policy.className());
        CheckedJar.forget();
        run("kit", policy.name(), KitOfJar.class);
      }
    }
    print("end", "-", "-", "ok", "");
  }

  private void run(String part, String policy, Class<?> tests) {
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(tests))
                .filters(EngineFilter.includeEngines("junit-jupiter"))
                .build(),
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                boolean ok = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
                if (test.isTest() || !ok) {
                  print(part, policy, nameOf(test), status(test, result), text(result));
                }
              }
            });
  }

  private static String nameOf(TestIdentifier test) {
    return test.getSource()
        .filter(MethodSource.class::isInstance)
        .map(source -> ((MethodSource) source).getMethodName())
        .orElse("all");
  }

  private static String status(TestIdentifier test, TestExecutionResult result) {
    return switch (result.getStatus()) {
      case SUCCESSFUL -> "ok";
      case ABORTED -> "skipped";
      case FAILED -> nameOf(test).startsWith(AIM) ? "note" : "failed";
    };
  }

  private static String text(TestExecutionResult result) {
    return result.getThrowable().map(thrown -> String.valueOf(thrown.getMessage())).orElse("");
  }

  private void print(String part, String policy, String check, String status, String text) {
    out.println(
        String.join(
            " ", "eplb-check", part, encoded(policy), encoded(check), status, encoded(text)));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
