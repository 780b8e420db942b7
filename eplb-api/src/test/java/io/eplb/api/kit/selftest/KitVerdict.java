package io.eplb.api.kit.selftest;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The verdict of the kit about a policy, run as any build would run it.
 *
 * @param passed how many of its tests passed
 * @param failures test name → message of those that failed
 */
record KitVerdict(int passed, SortedMap<String, String> failures) {
  static KitVerdict of(Class<?> contract) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(contract))
            .filters(EngineFilter.includeEngines("junit-jupiter"))
            .build();
    int[] passed = new int[1];
    SortedMap<String, String> failures = new TreeMap<>();
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                  failures.put(
                      nameOf(test), result.getThrowable().map(Throwable::getMessage).orElse(""));
                } else if (test.isTest()
                    && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
                  passed[0]++;
                }
              }
            });
    return new KitVerdict(passed[0], failures);
  }

  private static String nameOf(TestIdentifier test) {
    return test.getSource()
        .filter(MethodSource.class::isInstance)
        .map(source -> ((MethodSource) source).getMethodName())
        .orElse(test.getDisplayName());
  }
}
