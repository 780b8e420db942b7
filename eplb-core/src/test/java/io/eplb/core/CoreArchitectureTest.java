package io.eplb.core;

import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class CoreArchitectureTest {
  /** The classes of the core; fewer than this and the rules would hold about nothing. */
  private static final int FEWEST_CLASSES = 100;

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
