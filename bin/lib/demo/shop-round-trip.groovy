// Backs the shop up, proves the backup twice, and restores it beside the original.
def backup
pipeline {
    agent { label 'db' }
    stages {
        stage('Back up') {
            steps {
                script {
                    backup = backupFull database: 'shop'
                    echo "${backup.rows} rows, ${backup.rawBytes} bytes, are ${backup.storedBytes} bytes in the repository"
                }
            }
        }
        stage('Verify every row') {
            steps {
                script { verifyBackup repository: 'backups', backup: backup.id, level: 'content' }
            }
        }
        stage('Restore drill') {
            steps {
                script {
                    verifyBackup database: 'shop', backup: backup.id, level: 'restore',
                        assertions: 'SELECT count(*) > 0 FROM shop.orders'
                }
            }
        }
        stage('Restore into a copy') {
            steps {
                script {
                    def restored = restoreBackup repository: 'backups', backup: backup.id, target: 'copy', create: true
                    echo "${restored.rows} rows are in ${restored.target} again"
                }
            }
        }
    }
}
