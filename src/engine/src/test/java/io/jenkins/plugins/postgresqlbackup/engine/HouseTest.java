package io.jenkins.plugins.postgresqlbackup.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.stream.Stream;

/** The house keeps its order: a room uses the rooms below it and no other. */
@AnalyzeClasses(packages = HouseTest.ENGINE, importOptions = ImportOption.DoNotIncludeTests.class)
final class HouseTest {
    static final String ENGINE = "io.jenkins.plugins.postgresqlbackup.engine";

    @ArchTest
    static final ArchRule storageUsesNoOtherRoom = mayUse("storage");

    @ArchTest
    static final ArchRule keysUseNoOtherRoom = mayUse("keys");

    @ArchTest
    static final ArchRule postgresUsesNoOtherRoom = mayUse("postgres");

    @ArchTest
    static final ArchRule retentionUsesNoOtherRoom = mayUse("retention");

    @ArchTest
    static final ArchRule archiveUsesStorageAndKeys = mayUse("archive", "storage", "keys");

    @ArchTest
    static final ArchRule repositoryUsesArchiveStorageAndKeys = mayUse("repository", "archive", "storage", "keys");

    @ArchTest
    static final ArchRule healthUsesRepositoryAndRetention = mayUse("health", "repository", "retention");

    @ArchTest
    static final ArchRule operationUsesAllBelow =
            mayUse("operation", "storage", "keys", "postgres", "retention", "archive", "repository", "health");

    @ArchTest
    static final ArchRule everyClassLivesInARoom = classes()
            .should()
            .resideInAnyPackage(
                    rooms("storage", "keys", "postgres", "retention", "archive", "repository", "health", "operation"));

    @ArchTest
    static final ArchRule nothingPrintsToTheConsole =
            noClasses().should().accessField(System.class, "out").orShould().accessField(System.class, "err");

    /** Amazon's client is large, and not everybody who runs this has it: only who opens such a store loads it. */
    @ArchTest
    static final ArchRule onlyTheS3StoreKnowsAmazonsClient = noClasses()
            .that()
            .haveSimpleNameNotStartingWith("S3")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon..");

    /** So is Google's. */
    @ArchTest
    static final ArchRule onlyTheGcsStoreKnowsGooglesClient = noClasses()
            .that()
            .haveNameNotMatching(".*\\.Gcs[^.]*")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.api..", "com.google.auth..", "com.google.common..", "com.google.gson..");

    /** Another library that not everybody has who runs this. */
    @ArchTest
    static final ArchRule onlyTheStoresThatSpeakThroughApachesHttpClientKnowIt = noClasses()
            .that()
            .haveNameNotMatching(".*\\.(Supabase|Gcs|HttpProxies)[^.]*")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.http..");

    private static ArchRule mayUse(String room, String... others) {
        String[] allowed =
                rooms(Stream.concat(Stream.of(room), Arrays.stream(others)).toArray(String[]::new));
        return noClasses()
                .that()
                .resideInAPackage(ENGINE + "." + room + "..")
                .should()
                .dependOnClassesThat(DescribedPredicate.and(
                        JavaClass.Predicates.resideInAPackage(ENGINE + ".."),
                        DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(allowed))));
    }

    private static String[] rooms(String... names) {
        return Arrays.stream(names).map(name -> ENGINE + "." + name + "..").toArray(String[]::new);
    }
}
