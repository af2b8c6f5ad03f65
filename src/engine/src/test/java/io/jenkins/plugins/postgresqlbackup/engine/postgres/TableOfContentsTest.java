package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.postgresqlbackup.engine.postgres.SchemaRestore.Pass;
import io.jenkins.plugins.postgresqlbackup.engine.postgres.TableOfContents.Stage;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TableOfContentsTest {
    private static final TableOfContents CONTENTS = TableOfContents.parse(
            Stream.of(
                    "200; 1259 16384 TABLE public measures ann",
                    "201; 1259 16390 TABLE public measures_1 ann",
                    "300; 2606 16400 CONSTRAINT public measures measures_pkey ann",
                    ";\tdepends on: 200",
                    "301; 2606 16401 CONSTRAINT public measures_1 measures_1_pkey ann",
                    ";\tdepends on: 201",
                    "302; 0 0 INDEX ATTACH public measures_1_pkey ann",
                    ";\tdepends on: 301 300",
                    "303; 2606 16402 FK CONSTRAINT public notes notes_measures_fkey ann",
                    ";\tdepends on: 302 300",
                    "304; 0 0 COMMENT public CONSTRAINT notes_measures_fkey ON notes ann",
                    ";\tdepends on: 303",
                    "305; 1259 16403 INDEX public notes_idx ann",
                    ";\tdepends on: 200"),
            Stream.of("200; 1259 16384 TABLE public measures ann", "201; 1259 16390 TABLE public measures_1 ann"));

    private static List<Integer> ids(Stage stage) {
        return stage.entries().stream().map(TocEntry::id).toList();
    }

    @Test
    void indexesAreAttachedOneByOneAfterAllAreBuiltAndBeforeWhatNeedsThem() {
        List<Stage> stages = CONTENTS.stages(Pass.POST_DATA);

        assertThat(stages).extracting(Stage::atOnce).containsExactly(true, false, true);
        assertThat(stages)
                .extracting(TableOfContentsTest::ids)
                .containsExactly(List.of(300, 301, 305), List.of(302), List.of(303, 304));
    }

    @Test
    void definitionsAreRestoredOneByOneInTheArchivesOrder() {
        assertThat(CONTENTS.stages(Pass.PRE_DATA)).singleElement().satisfies(stage -> {
            assertThat(stage.atOnce()).isFalse();
            assertThat(ids(stage)).containsExactly(200, 201);
        });
        assertThat(CONTENTS.stages(Pass.EVENT_TRIGGERS)).isEmpty();
    }
}
