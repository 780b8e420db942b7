package io.eplb.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class CliArchitectureTest {
  /** The least number of classes to judge, so that the rules cannot pass on an empty program. */
  private static final int FEWEST_CLASSES = 40;

  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.eplb.cli");

  @Test
  void thereIsAProgramToJudge() {
    assertTrue(PROGRAM.size() >= FEWEST_CLASSES, "only " + PROGRAM.size() + " classes");
  }

  @Test
  void theProgramNamesNoConcretePolicy() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.eplb.policies..")
        .because("policies are found by the registry and chosen by name")
        .check(PROGRAM);
  }

  @Test
  void discoveryAndParsingAreTheLibrarys() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ServiceLoader.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("org.yaml..", "com.fasterxml.jackson.dataformat..")
        .because("the program writes reports; the library finds policies and reads documents")
        .check(PROGRAM);
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices()
        .matching("io.eplb.cli.(**)")
        .should()
        .beFreeOfCycles()
        .because("a package is one idea, and ideas build on each other in one direction")
        .check(PROGRAM);
  }

  @Test
  void onlyTheStartOfTheProgramKnowsTheCommands() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.eplb.cli.arguments..",
            "io.eplb.cli.reports..",
            "io.eplb.cli.pictures..",
            "io.eplb.cli.demonstration..",
            "io.eplb.cli.shell..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.eplb.cli", "io.eplb.cli.commands..")
        .because("commands are put together from what several of them share")
        .check(PROGRAM);
  }

  @Test
  void reportsAndTheDemonstrationKnowNoCommandLine() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.eplb.cli.reports..", "io.eplb.cli.pictures..", "io.eplb.cli.demonstration..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "io.eplb.cli.arguments..", "io.eplb.cli.shell..")
        .because("a result is the same whoever asked for it")
        .check(PROGRAM);
  }

  @Test
  void theJarsOfTheServiceAndOfProcessesAreUsedInTwoPackages() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.eplb.cli.service..", "io.eplb.cli.processes..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.eplb.server..", "io.eplb.zookeeper..")
        .because("the other commands run without these jars, which would slow their start down")
        .check(PROGRAM);
  }

  @Test
  void onlyTheShellTouchesTheProcess() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.eplb.cli.shell..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .because("standard output is for results alone, and the exit code is said in one place")
        .check(PROGRAM);
  }

  @Test
  void utilitiesHaveNames() {
    noClasses()
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Misc)")
        .because("such a name says that the idea has not been found yet")
        .check(PROGRAM);
  }
}
