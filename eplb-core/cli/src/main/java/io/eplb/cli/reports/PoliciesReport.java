package io.eplb.cli.reports;

import io.eplb.api.PolicyOption;
import io.eplb.api.wording.OneLine;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.LoadFailure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The result of {@code eplb policies}.
 *
 * @param policies the discovered policies
 * @param failures the jars and classes that could not be loaded
 */
public record PoliciesReport(List<DiscoveredPolicy> policies, List<LoadFailure> failures)
    implements Report {
  @Override
  public void print(TextReport text) {
    for (DiscoveredPolicy policy : policies) {
      text.line("%s  %s  %s", policy.name(), OneLine.of(policy.version()), policy.location());
      for (PolicyOption<?> option : policy.options()) {
        text.wrapped(
            8,
            "    %s: %s (%s; default %s)"
                .formatted(
                    option.name(),
                    OneLine.of(option.description()),
                    option.allowed(),
                    OneLine.of(String.valueOf(option.defaultValue()))));
      }
    }
    failures.forEach(failure -> text.wrapped(4, "not loaded: " + failure));
  }

  @Override
  public JsonObject json() {
    return new JsonObject()
        .with("policies", policies.stream().map(PoliciesReport::policy).toList())
        .with("failures", failures.stream().map(PoliciesReport::failure).toList());
  }

  private static JsonObject policy(DiscoveredPolicy policy) {
    return new JsonObject()
        .with("name", policy.name())
        .with("version", policy.version())
        .with("jar", policy.location())
        .with("options", policy.options().stream().map(PoliciesReport::option).toList());
  }

  private static JsonObject option(PolicyOption<?> option) {
    return new JsonObject()
        .with("name", option.name())
        .with("type", option.type().name().toLowerCase(Locale.ROOT))
        .with("default", option.defaultValue())
        .withPresent("minimum", option.minimum())
        .withPresent("maximum", option.maximum())
        .withPresent("choices", Optional.of(option.choices()).filter(choices -> !choices.isEmpty()))
        .with("description", option.description());
  }

  private static JsonObject failure(LoadFailure failure) {
    return new JsonObject()
        .with("jar", failure.location())
        .withPresent("class", failure.providerClass())
        .with("reason", failure.reason());
  }
}
