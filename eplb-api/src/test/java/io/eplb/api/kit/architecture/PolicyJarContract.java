package io.eplb.api.kit.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.eplb.api.EplbPolicy;
import java.net.URL;
import java.util.Collection;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The rules for every jar with policies: extend it and name one policy; all classes of the jar (or
 * of the folder with classes) that the policy comes from are judged. They are read once for all
 * tests.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class PolicyJarContract {
  private final URL location;
  private final JavaClasses classes;

  /**
   * Reads the classes that lie beside a policy.
   *
   * @param policy any policy of the jar
   */
  protected PolicyJarContract(Class<? extends EplbPolicy> policy) {
    this.location = policy.getProtectionDomain().getCodeSource().getLocation();
    this.classes = new ClassFileImporter().importUrl(location);
  }

  /** A rule about no class holds for every jar, so there has to be something to judge. */
  @Test
  public final void theJarHoldsAPolicy() {
    assertTrue(
        classes.stream().anyMatch(PolicyJarContract::isPolicy),
        () -> "there is no policy among the " + classes.size() + " classes of " + location);
  }

  /** Every library that a policy brings along may be there already in another version. */
  @Test
  public final void dependsOnTheApiTheJdkAndSlf4jAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            belongingTo(classes)
                .or(
                    JavaClass.Predicates.resideInAnyPackage(
                        "io.eplb.api",
                        "io.eplb.api.contract",
                        "java..",
                        "org.slf4j..",
                        "org.jspecify.annotations..")))
        .because("a policy's class loader shows it the API, the JDK and SLF4J, and nothing else")
        .check(classes);
  }

  /** Policies are final, public, and made by ServiceLoader. */
  @Test
  public final void policiesAreFinalWithAPublicConstructorWithoutArguments() {
    classes()
        .that(arePolicies())
        .should()
        .bePublic()
        .andShould()
        .haveModifier(JavaModifier.FINAL)
        .andShould(haveAPublicConstructorWithoutArguments())
        .because("ServiceLoader has to make it, and nobody else should change what it does")
        .check(classes);
  }

  /** Two runtimes in one process must not hear of each other. */
  @Test
  public final void hasNoStaticStateThatCanChange() {
    fields()
        .that()
        .areStatic()
        .and()
        .doNotHaveModifier(JavaModifier.SYNTHETIC)
        .should(notBeChangeable())
        .because("runtimes in one process would share it, and answers would depend on it")
        .allowEmptyShould(true)
        .check(classes);
  }

  /** Randomness comes from the context's seed alone (rule P7). */
  @Test
  public final void drawsNoRandomnessThatTheSeedDoesNotGive() {
    noClasses()
        .should()
        .callConstructor(Random.class)
        .orShould()
        .callConstructor(SplittableRandom.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(ThreadLocalRandom.class, "current")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.security.SecureRandom")
        .because("the same input and seed have to give the same answer (rule P7)")
        .check(classes);
  }

  /**
   * ServiceLoader finds exactly the policies that are there: none is forgotten, none is listed
   * twice.
   */
  @Test
  public final void theServiceFileNamesExactlyThePolicies() {
    Collection<String> policies = new TreeSet<>();
    classes.stream()
        .filter(PolicyJarContract::isPolicy)
        .forEach(policy -> policies.add(policy.getName()));
    assertEquals(
        String.join("\n", policies),
        String.join("\n", ServiceFile.of(location).sortedEntries()),
        () -> ServiceFile.PATH + " must name every policy of " + location + " once");
  }

  /**
   * On the module path only the descriptor counts, on the class path and in a policy folder only
   * the service file: a jar that has both has to name the same policies in both.
   */
  @Test
  public final void theModuleProvidesExactlyWhatTheServiceFileNames() {
    ModuleFile.of(location)
        .ifPresent(
            module ->
                assertEquals(
                    String.join("\n", ServiceFile.of(location).sortedEntries()),
                    String.join("\n", module.sortedProviders()),
                    () ->
                        "the module-info of "
                            + location
                            + " must provide "
                            + EplbPolicy.class.getName()
                            + " with every class that "
                            + ServiceFile.PATH
                            + " names"));
  }

  private static boolean isPolicy(JavaClass candidate) {
    return candidate.isAssignableTo(EplbPolicy.class)
        && !candidate.isInterface()
        && !candidate.getModifiers().contains(JavaModifier.ABSTRACT);
  }

  private static DescribedPredicate<JavaClass> arePolicies() {
    return DescribedPredicate.describe("are policies", PolicyJarContract::isPolicy);
  }

  private static DescribedPredicate<JavaClass> belongingTo(JavaClasses classes) {
    return DescribedPredicate.describe(
        "belong to the jar",
        candidate -> {
          JavaClass element = candidate.getBaseComponentType();
          return element.isPrimitive() || classes.contain(element.getName());
        });
  }

  private static ArchCondition<JavaClass> haveAPublicConstructorWithoutArguments() {
    return new ArchCondition<>("have a public constructor without arguments") {
      @Override
      public void check(JavaClass policy, ConditionEvents events) {
        boolean present =
            policy
                .tryGetConstructor()
                .filter(made -> made.getModifiers().contains(JavaModifier.PUBLIC))
                .isPresent();
        events.add(
            new SimpleConditionEvent(
                policy,
                present,
                policy.getName() + " has no public constructor without arguments"));
      }
    };
  }

  private static ArchCondition<JavaField> notBeChangeable() {
    DescribedPredicate<JavaClass> container =
        JavaClass.Predicates.resideInAPackage("java.util.concurrent.atomic")
            .or(assignableTo(ThreadLocal.class))
            .or(assignableTo(Random.class))
            .or(assignableTo(StringBuilder.class));
    return new ArchCondition<>("be final and of a type that cannot change") {
      @Override
      public void check(JavaField field, ConditionEvents events) {
        JavaClass type = field.getRawType();
        boolean concreteContainer =
            !type.isInterface()
                && (type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class));
        boolean changeable =
            !field.getModifiers().contains(JavaModifier.FINAL)
                || type.isArray()
                || concreteContainer
                || container.test(type);
        events.add(
            new SimpleConditionEvent(
                field, !changeable, field.getFullName() + " can change: " + type.getName()));
      }
    };
  }
}
