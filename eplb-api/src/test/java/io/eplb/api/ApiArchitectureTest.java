package io.eplb.api;

import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.eplb.api", importOptions = ImportOption.DoNotIncludeTests.class)
class ApiArchitectureTest {
  @ArchTest
  static final ArchRule theApiDependsOnTheJdkAlone =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.eplb.api..", "java..", "org.jspecify.annotations..")
          .because("a policy's jar must not have to agree with anyone on libraries");

  @ArchTest
  static final ArchRule publicTypesAreClosed =
      classes()
          .that()
          .arePublic()
          .and()
          .areNotInterfaces()
          .and()
          .doNotHaveFullyQualifiedName(EplbException.class.getName())
          .should()
          .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL)
          .because("values that others rely on must not be changed by a subclass");

  @ArchTest
  static final ArchRule noFieldIsPublicButConstants =
      fields()
          .that()
          .arePublic()
          .should()
          .beFinal()
          .andShould()
          .haveModifier(STATIC)
          .because("a public field is a promise that cannot be checked");

  @ArchTest
  static final ArchRule noStaticFieldCanChange =
      fields()
          .that()
          .areStatic()
          .should()
          .beFinal()
          .because("state shared by every runtime in a process would couple them");

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices()
          .matching("io.eplb.(**)")
          .should()
          .beFreeOfCycles()
          .because("a package is one idea and stands on others, not among them");

  @ArchTest
  static void thereIsAnApiToJudge(JavaClasses classes) {
    assertTrue(classes.size() >= 25, () -> "only " + classes.size() + " classes were found");
  }
}
