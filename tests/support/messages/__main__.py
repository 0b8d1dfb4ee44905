from tests.support.messages import main

main()
