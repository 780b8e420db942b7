package io.eplb.core.foreign;

import io.eplb.api.EplbException;
import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import io.eplb.api.wording.OneLine;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The name and the options that a policy declares, read once and checked. Immutable.
 *
 * @param name {@code [a-z][a-z0-9-]*}, at most {@value EplbPolicy#MAX_NAME_LENGTH} characters
 * @param options the declared options, each name once
 */
public record PolicyDeclaration(String name, List<PolicyOption<?>> options) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  /** Creates a declaration; {@link #of} has checked name and options. */
  public PolicyDeclaration {
    options = List.copyOf(options);
  }

  /**
   * Asks a policy for its name and options.
   *
   * @throws PolicyException if it throws, or an answer of it is null or malformed
   */
  public static PolicyDeclaration of(EplbPolicy policy) {
    return ContextLoader.within(policy.getClass().getClassLoader(), () -> read(policy));
  }

  private static PolicyDeclaration read(EplbPolicy policy) {
    String name;
    try {
      name = policy.name();
    } catch (Throwable thrown) {
      throw ForeignFailure.contained(thrown).blamingPolicy("its name cannot be read");
    }
    requireName(name);
    List<PolicyOption<?>> options;
    try {
      options = copied(name, policy.options());
    } catch (PolicyException absent) {
      throw absent;
    } catch (Throwable thrown) {
      throw ForeignFailure.contained(thrown)
          .blamingPolicy("the options of policy " + name + " cannot be read");
    }
    try {
      PolicyOptions.defaults(options);
    } catch (EplbException twice) {
      throw new PolicyException("policy " + name + ": " + twice.getMessage(), twice);
    }
    return new PolicyDeclaration(name, options);
  }

  @SuppressWarnings("ConstantValue") // A policy may be compiled without null checks.
  private static void requireName(String name) {
    if (name == null) {
      throw new PolicyException("its name is null; a name that matches " + NAME + " is required");
    }
    if (name.length() > EplbPolicy.MAX_NAME_LENGTH || !NAME.matcher(name).matches()) {
      throw new PolicyException(
          "its name '%s' must match %s and have at most %d characters"
              .formatted(OneLine.brief(name), NAME, EplbPolicy.MAX_NAME_LENGTH));
    }
  }

  @SuppressWarnings("ConstantValue") // A policy may be compiled without null checks.
  private static List<PolicyOption<?>> copied(String name, List<PolicyOption<?>> declared) {
    if (declared == null) {
      throw new PolicyException(
          "the options of policy " + name + " are null; a list, perhaps empty, is required");
    }
    for (PolicyOption<?> option : declared) {
      if (option == null) {
        throw new PolicyException("one of the options of policy " + name + " is null");
      }
    }
    return List.copyOf(declared);
  }
}
