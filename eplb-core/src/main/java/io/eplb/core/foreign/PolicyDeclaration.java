package io.eplb.core.foreign;

import io.eplb.api.EplbException;
import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyException;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import io.eplb.api.PolicyTraits;
import io.eplb.api.wording.OneLine;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The name, the options and the traits that a policy declares, read once and checked. Immutable.
 *
 * @param name {@code [a-z][a-z0-9-]*}, at most {@value EplbPolicy#MAX_NAME_LENGTH} characters
 * @param options the declared options, each name once
 * @param traits what the core has to know of it
 */
public record PolicyDeclaration(String name, List<PolicyOption<?>> options, PolicyTraits traits) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  /** Creates a declaration; {@link #of} has checked name and options. */
  public PolicyDeclaration {
    options = List.copyOf(options);
  }

  /**
   * Asks a policy for its name, options and traits.
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
    return new PolicyDeclaration(name, options, traits(name, policy));
  }

  @SuppressWarnings("ConstantValue") // A policy may be compiled without null checks.
  private static PolicyTraits traits(String name, EplbPolicy policy) {
    PolicyTraits traits;
    try {
      traits = policy.traits();
    } catch (Throwable thrown) {
      throw ForeignFailure.contained(thrown)
          .blamingPolicy("the traits of policy " + name + " cannot be read");
    }
    if (traits == null) {
      throw new PolicyException(
          "the traits of policy " + name + " are null; without any, they are PolicyTraits.DEFAULT");
    }
    return traits;
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
