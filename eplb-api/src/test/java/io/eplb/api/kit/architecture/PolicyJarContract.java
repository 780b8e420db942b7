package io.eplb.api.kit.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.eplb.api.EplbPolicy;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The rules for every jar with policies: extend it and name one policy; the classes of the jar (or
 * of the folder with classes) that the policy comes from are judged. They are read once for all
 * tests.
 *
 * <p>A jar may bring libraries along, shaded into it. Their classes are not the author's, so only
 * the author's own are judged by what they call and keep: by default those outside every package
 * that has {@code shaded}, {@code shadow} or {@code relocated} as a part of its name. A jar that
 * relocates to another place overrides {@link #isLibrary}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class PolicyJarContract {
  private static final Set<String> SHADED = Set.of("shaded", "shadow", "relocated");

  private static final Set<String> OPENERS =
      Set.of(
          "java.io.File",
          "java.io.FileInputStream",
          "java.io.FileOutputStream",
          "java.io.FileReader",
          "java.io.FileWriter",
          "java.io.RandomAccessFile",
          "java.net.DatagramSocket",
          "java.net.ServerSocket",
          "java.net.Socket",
          "java.net.URL",
          "java.net.URLConnection",
          "java.nio.file.Files");

  /** The packages that the JDK exports to everybody. */
  private static final Set<String> JDK_PACKAGES =
      ModuleFinder.ofSystem().findAll().stream()
          .flatMap(module -> module.descriptor().exports().stream())
          .filter(exported -> !exported.isQualified())
          .map(ModuleDescriptor.Exports::source)
          .collect(Collectors.toUnmodifiableSet());

  private final URL location;
  private final JavaClasses all;

  /**
   * Reads the classes that lie beside a policy.
   *
   * @param policy any policy of the jar
   */
  protected PolicyJarContract(Class<? extends EplbPolicy> policy) {
    this.location = policy.getProtectionDomain().getCodeSource().getLocation();
    this.all = new ClassFileImporter().importUrl(location);
  }

  /** Returns whether a package holds a library that the jar brings along. */
  protected boolean isLibrary(String packageName) {
    return Stream.of(packageName.split("\\.")).anyMatch(SHADED::contains);
  }

  /** Returns the classes of the jar that belong to no library. */
  private JavaClasses own() {
    return all.that(
        DescribedPredicate.describe(
            "are the author's own", candidate -> !isLibrary(candidate.getPackageName())));
  }

  /** A rule about no class holds for every jar, so there has to be something to judge. */
  @Test
  public final void theJarHoldsAPolicy() {
    assertTrue(
        own().stream().anyMatch(PolicyJarContract::isPolicy),
        () -> "there is no policy among the " + own().size() + " classes of " + location);
  }

  /** Every library that a policy brings along may be there already in another version. */
  @Test
  public final void dependsOnTheApiTheJdkAndSlf4jAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            belongingTo(all)
                .or(
                    JavaClass.Predicates.resideInAnyPackage(
                        "io.eplb.api",
                        "io.eplb.api.contract",
                        "io.eplb.api.dispatch",
                        "org.slf4j..",
                        "org.jspecify.annotations.."))
                .or(
                    DescribedPredicate.describe(
                        "are exported by the JDK",
                        candidate -> JDK_PACKAGES.contains(candidate.getPackageName()))))
        .because("a policy's class loader shows it the API, the JDK and SLF4J, and nothing else")
        .check(own());
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
        .check(own());
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
        .check(own());
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
        .check(own());
  }

  /** An answer that depends on a clock differs from run to run (rule P7). */
  @Test
  public final void readsNoClock() {
    noClasses()
        .should(
            call(
                "read a clock",
                target ->
                    isOneOf(target, "java.lang.System", "nanoTime", "currentTimeMillis")
                        || (target.getOwner().getPackageName().equals("java.time")
                            && isOneOf(
                                target,
                                target.getOwner().getName(),
                                "now",
                                "systemUTC",
                                "system",
                                "systemDefaultZone",
                                "tick",
                                "tickMillis"))
                        || (target.getName().equals("<init>")
                            && isOneOf(target, "java.util.Date", "<init>"))))
        .because("the deadline of the context says how much time is left (rules P7 and P8)")
        .check(own());
  }

  /** The process belongs to the engine. */
  @Test
  public final void endsNoProcessAndStartsNone() {
    noClasses()
        .should(
            call(
                "end or start a process",
                target ->
                    isOneOf(target, "java.lang.System", "exit", "setSecurityManager")
                        || isOneOf(target, "java.lang.Runtime", "exit", "halt", "exec")
                        || isOneOf(target, "java.lang.Runtime", "addShutdownHook", "load")
                        || isOneOf(target, "java.lang.Runtime", "loadLibrary")
                        || isOneOf(target, "java.lang.System", "load", "loadLibrary")
                        || isOneOf(target, "java.lang.ProcessBuilder", "<init>", "start")))
        .because(
            "the engine's process is not the policy's to end, and it plans from what it is given")
        .check(own());
  }

  /** Tables and loads that the core has checked stay as they are. */
  @Test
  public final void reachesIntoNothingByReflection() {
    noClasses()
        .should(
            call(
                "reach into objects",
                target ->
                    target.getName().equals("setAccessible")
                        || target.getName().equals("trySetAccessible")
                        || isOneOf(target, "java.lang.invoke.MethodHandles", "privateLookupIn")
                        || target.getOwner().getName().equals("sun.misc.Unsafe")))
        .because("tables and loads are shared and checked; nobody may change them afterwards")
        .check(own());
  }

  /** A policy plans from its arguments. */
  @Test
  public final void opensNoFileAndNoSocket() {
    noClasses()
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "open files or sockets",
                candidate ->
                    candidate.getPackageName().startsWith("java.net.http")
                        || candidate.getPackageName().startsWith("java.nio.channels")
                        || OPENERS.contains(candidate.getName())))
        .because("a plan depends on table, load and context alone, and takes no time for devices")
        .check(own());
  }

  /**
   * ServiceLoader finds exactly the policies that are there: none is forgotten, none is listed
   * twice.
   */
  @Test
  public final void theServiceFileNamesExactlyThePolicies() {
    Collection<String> policies = new TreeSet<>();
    own().stream()
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

  private static ArchCondition<JavaClass> call(
      String what, Predicate<AccessTarget.CodeUnitAccessTarget> forbidden) {
    return new ArchCondition<>(what) {
      @Override
      public void check(JavaClass caller, ConditionEvents events) {
        caller.getCodeUnitAccessesFromSelf().stream()
            .filter(
                access -> forbidden.test((AccessTarget.CodeUnitAccessTarget) access.getTarget()))
            .forEach(
                access ->
                    events.add(new SimpleConditionEvent(caller, true, access.getDescription())));
      }
    };
  }

  private static boolean isOneOf(
      AccessTarget.CodeUnitAccessTarget target, String owner, String... names) {
    return target.getOwner().getName().equals(owner) && List.of(names).contains(target.getName());
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
