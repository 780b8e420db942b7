package io.eplb.core;

import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import io.eplb.core.config.Settings;
import io.eplb.core.isolation.PolicyProcess;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CoreArchitectureTest {
  /** The classes of the core; fewer than this and the rules would hold about nothing. */
  private static final int FEWEST_CLASSES = 100;

  /** Names of policies that are said in messages too; {@code static} is also a reference. */
  private static final Set<String> PLAIN_WORDS = Set.of("default", "global", "random", "static");

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.eplb.core");

  @Test
  void thereIsACoreToJudge() {
    assertTrue(CORE.size() >= FEWEST_CLASSES, "only " + CORE.size() + " classes");
  }

  @Test
  void theCoreNamesNoConcretePolicy() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.eplb.policies..")
            .because("policies are found by ServiceLoader and chosen by name"));
  }

  @Test
  void aPolicyIsNamedInTheSettingsAlone() throws IOException {
    List<String> names =
        PolicyRegistry.onClassPath().policies().stream()
            .map(DiscoveredPolicy::name)
            .filter(name -> !PLAIN_WORDS.contains(name))
            .toList();
    assertTrue(names.contains(Settings.DEFAULT_POLICY_NAME), names.toString());
    Pattern named = Pattern.compile("\"[^\"\n]*\\b(" + String.join("|", names) + ")\\b[^\"\n]*\"");
    List<Path> sources = new ArrayList<>();
    for (String root : List.of("src/main/java", "cli/src/main/java")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    assertTrue(sources.size() >= FEWEST_CLASSES, "only " + sources.size() + " sources");
    for (Path source : sources) {
      boolean settings = source.endsWith("config/Settings.java");
      assertEquals(settings, named.matcher(Files.readString(source)).find(), source.toString());
    }
  }

  @Test
  void jacksonStaysInConfigAndFormat() {
    check(
        noClasses()
            .that(resideOutsideOfPackages("io.eplb.core.config..", "io.eplb.core.format.."))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.fasterxml.jackson..", "org.yaml..")
            .because("only what reads and writes documents should know how they are parsed"));
  }

  @Test
  void serviceLoaderStaysInTheRegistry() {
    check(
        noClasses()
            .that(resideOutsideOfPackages("io.eplb.core.registry.."))
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ServiceLoader.class)
            .because("it fails in many ways, and they are all guarded in one place"));
  }

  @Test
  void aLibraryHasNoCommandLineAndNoStandardStreams() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..", "io.eplb.cli..")
            .because("an embedding program has a command line of its own"));
    check(
        noClasses()
            .that(not(equivalentTo(PolicyProcess.class)))
            .should(
                ArchConditions.accessField(System.class, "out")
                    .or(ArchConditions.accessField(System.class, "err"))
                    .or(ArchConditions.accessField(System.class, "in"))
                    .or(ArchConditions.callMethod(System.class, "exit", int.class))
                    .or(ArchConditions.callMethod(Throwable.class, "printStackTrace")))
            .because("a library logs, and leaves the process's streams to the program"));
  }

  @Test
  void loggingGoesThroughSlf4jAlone() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ch.qos.logback..", "java.util.logging..", "org.apache.log4j..")
            .because("the embedding program chooses the logging backend"));
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices()
        .matching("io.eplb.core.(**)")
        .should()
        .beFreeOfCycles()
        .because("a package is one idea, and ideas build on each other in one direction")
        .check(CORE);
  }

  @Test
  void noGuavaTypeIsInAPublicSignature() {
    check(
        noMethods()
            .that()
            .areDeclaredInClassesThat()
            .arePublic()
            .and()
            .arePublic()
            .should()
            .haveRawReturnType(resideInAPackage("com.google.common.."))
            .orShould()
            .haveRawParameterTypes(anyElementThat(resideInAPackage("com.google.common..")))
            .because("users should not have to agree with us on a version of Guava"));
  }

  @Test
  void utilitiesHaveNames() {
    check(
        noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Misc)")
            .because("such a name says that the idea has not been found yet"));
  }

  private static void check(ArchRule rule) {
    rule.check(CORE);
  }
}
