package io.eplb.cli.arguments;

import io.eplb.core.config.EplbConfig;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.simulation.PolicyContender;
import io.eplb.core.simulation.StaticContender;
import java.util.Iterator;
import java.util.stream.Stream;

/**
 * The names of the policies that are found now, without those of {@code --policy-path}, for shell
 * completion.
 */
public class PolicyNames implements Iterable<String> {
  PolicyNames() {}

  @Override
  public Iterator<String> iterator() {
    return names().iterator();
  }

  Stream<String> names() {
    try (PolicyRegistry registry = new PolicyPathArguments().open(EplbConfig.defaults())) {
      return registry.policies().stream().map(DiscoveredPolicy::name).toList().stream();
    }
  }

  /** The entries of a {@link PolicyList}: policies, and the references of a simulation. */
  public static final class Listed extends PolicyNames {
    Listed() {}

    @Override
    Stream<String> names() {
      return Stream.concat(
              super.names(), Stream.of(StaticContender.NAME, PolicyContender.CLAIRVOYANT))
          .distinct();
    }
  }
}
